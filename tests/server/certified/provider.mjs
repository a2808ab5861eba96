// A certified OpenID Connect provider on a free port of loopback, for `make oidc`.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "sonar",
        application_type: "native",
        token_endpoint_auth_method: "none",
        redirect_uris: ["http://127.0.0.1/signed-in"],
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
  });
  server.on("request", provider.callback());
  console.log(issuer);
});

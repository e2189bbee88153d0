/** An address that serves the keys of voters' tokens, over real HTTP. */
import type { JWK } from "jose";

export interface KeyServer extends AsyncDisposable {
  readonly url: URL;
  /** How often it was asked. */
  asked(): number;
  answerKeys(keys: readonly JWK[]): void;
  answerWith(answer: () => Response | Promise<Response>): void;
}

export function serveKeys(keys: readonly JWK[]): KeyServer {
  let asked = 0;
  let answer: () => Response | Promise<Response> = () => Response.json({ keys });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => {
    asked++;
    return answer();
  });
  return {
    url: new URL(`http://127.0.0.1:${server.addr.port}/keys`),
    asked: () => asked,
    answerKeys: (next) => void (answer = () => Response.json({ keys: next })),
    answerWith: (next) => void (answer = next),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

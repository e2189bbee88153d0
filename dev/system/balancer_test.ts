import { assertEquals } from "@std/assert";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { type Backend, type Balancer, createBalancer } from "./balancer.ts";

interface FakeApi extends AsyncDisposable, Backend {
  readonly name: string;
  ready: boolean;
  /** Takes no connection any more, and says nothing of it. */
  die(): Promise<void>;
}

/** A process that answers its name, with a /readyz that says what it is told to. */
function startFake(name: string): FakeApi {
  const options = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
  const api = Deno.serve(options, () => new Response(name, { headers: { connection: "close" } }));
  const ops = Deno.serve(options, () => new Response(null, { status: fake.ready ? 200 : 503 }));
  const fake: FakeApi = {
    name,
    port: api.addr.port,
    opsPort: ops.addr.port,
    ready: true,
    die: () => api.shutdown(),
    [Symbol.asyncDispose]: async () => void await Promise.all([api.shutdown(), ops.shutdown()]),
  };
  return fake;
}

/** Over a connection of its own; undefined where the balancer turned it away. */
async function ask({ port }: Balancer): Promise<string | undefined> {
  using client = Deno.createHttpClient({});
  try {
    return await (await fetch(`http://127.0.0.1:${port}/`, { client })).text();
  } catch {
    return undefined;
  }
}

async function whenSeen(balancer: Balancer, backend: Backend, ready: boolean): Promise<void> {
  await waitFor(() => balancer.isReady(backend) === ready, { what: `a process seen ready: ${ready}` });
}

Deno.test("createBalancer() leads each connection to the next process that is ready", async () => {
  await using one = startFake("one");
  await using other = startFake("other");
  await using balancer = createBalancer();
  assertEquals([await ask(balancer), balancer.counters()], [undefined, {
    connections: 0,
    unled: 1,
    untaken: 0,
  }]);

  for (const fake of [one, other]) {
    balancer.add(fake);
    await whenSeen(balancer, fake, true);
  }
  const names = [await ask(balancer), await ask(balancer), await ask(balancer), await ask(balancer)];
  assertEquals(names.toSorted(), ["one", "one", "other", "other"]);

  one.ready = false;
  await whenSeen(balancer, one, false);
  assertEquals([await ask(balancer), await ask(balancer)], ["other", "other"]);
});

Deno.test("createBalancer() tries no other process in the place of one that takes no connection", async () => {
  await using one = startFake("one");
  await using other = startFake("other");
  await using balancer = createBalancer();
  for (const fake of [one, other]) {
    balancer.add(fake);
    await whenSeen(balancer, fake, true);
  }
  await one.die();
  const answers = [await ask(balancer), await ask(balancer)];
  assertEquals(answers.toSorted(), ["other", undefined]);
  assertEquals(balancer.counters().untaken, 1);
});

import { assertEquals } from "@std/assert";
import { Actor, BLOCKED, type Life } from "./actor.ts";

/** An actor whose program is `run`, and what its steps threw. */
function createScene(run: (actor: Actor) => Promise<unknown>) {
  const errors: unknown[] = [];
  let lives = 0;
  const actor = new Actor({
    name: "one",
    begin(actor): Life {
      lives += 1;
      return { run: () => run(actor) };
    },
    onError: (error) => errors.push(error),
  });
  return { actor, errors, lives: () => lives };
}

Deno.test("turn() does one call and lets the program run to its next", async () => {
  const done: string[] = [];
  const { actor } = createScene(async (actor) => {
    done.push(await actor.call(() => "first"));
    await Promise.resolve();
    done.push(await actor.call(() => "second"));
  });
  await actor.turn();
  assertEquals(done, []);
  await actor.turn();
  assertEquals([done, actor.isIdle], [["first"], false]);
  await actor.turn();
  assertEquals([done, actor.isIdle], [["first", "second"], true]);
});

Deno.test("turn() tries a blocked call again and tells the program nothing", async () => {
  let isLocked = true;
  const { actor } = createScene((actor) => actor.call(() => isLocked ? BLOCKED : undefined));
  await actor.turn();
  await actor.turn();
  await actor.turn();
  assertEquals(actor.isIdle, false);
  isLocked = false;
  await actor.turn();
  assertEquals(actor.isIdle, true);
});

Deno.test("turn() hands a store's error to the program, and the program's to its loop", async () => {
  const { actor, errors } = createScene((actor) =>
    actor.call(() => {
      throw new Error("store away");
    })
  );
  await actor.turn();
  await actor.turn();
  assertEquals(errors.map(String), ["Error: store away"]);
});

Deno.test("crash() ends a life in which the call was done or was not, and which never hears of it", async () => {
  for (const actFirst of [true, false]) {
    const done: string[] = [];
    const { actor, lives } = createScene(async (actor) => {
      await actor.call(() => done.push("asked"));
      done.push("answered");
    });
    await actor.turn();
    actor.crash({ actFirst });
    assertEquals([done, lives(), actor.isIdle], [actFirst ? ["asked"] : [], 2, true]);
    await actor.turn();
    assertEquals(actor.isIdle, false);
  }
});

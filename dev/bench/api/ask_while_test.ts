import { assert, assertEquals, assertRejects } from "@std/assert";
import { askWhile } from "./ask_while.ts";

/** Asks every ms; `asked` resolves with the second question. */
function questions(answer: (index: number) => Promise<void>) {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  let count = 0;
  const ask = () => {
    const answered = answer(count++);
    if (count === 2) resolve();
    return answered;
  };
  return { asked, options: { ask, everyMs: 1 } };
}

Deno.test("askWhile() asks for as long as it runs, waits for the last answer, and returns the result", async () => {
  const last = Promise.withResolvers<void>();
  const { asked, options } = questions((index) => index === 0 ? Promise.resolve() : last.promise);
  let isOver = false;
  const asking = askWhile(() => asked.then(() => 42), options).then((result) => {
    isOver = true;
    return result;
  });
  await asked;
  // Whatever could follow without the answer has followed.
  await new Promise((resolve) => setTimeout(resolve));
  assert(!isOver);
  last.resolve();
  assertEquals(await asking, 42);
});

Deno.test("askWhile() throws the first wrong answer, and only once the run is over", async () => {
  const { asked, options } = questions((index) => Promise.reject(new Error(`answer ${index}`)));
  let isOver = false;
  const run = async () => {
    await asked;
    isOver = true;
  };
  await assertRejects(() => askWhile(run, options), Error, "answer 0");
  assert(isOver);
});

Deno.test("askWhile() throws the run's own error rather than what it did to the answers", async () => {
  const { asked, options } = questions(() => Promise.reject(new Error("connection refused")));
  const run = () => asked.then(() => Promise.reject(new Error("Run wrk: exit code 1")));
  await assertRejects(() => askWhile(run, options), Error, "Run wrk");
});

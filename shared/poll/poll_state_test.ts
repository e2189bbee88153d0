import { assertEquals } from "@std/assert";
import { isSameState, type PollState, stricterOf } from "./poll_state.ts";

const STATES: readonly PollState[] = (["open", "closed"] as const).flatMap((voting) =>
  (["live", "frozen"] as const).map((results) => ({ voting, results }))
);

Deno.test("stricterOf() holds back what either state holds back, whichever comes first", () => {
  for (const one of STATES) {
    for (const other of STATES) {
      const both = [one, other];
      const stricter = stricterOf(one, other);
      assertEquals(stricter.voting === "closed", both.some(({ voting }) => voting === "closed"));
      assertEquals(stricter.results === "frozen", both.some(({ results }) => results === "frozen"));
      assertEquals(stricterOf(other, one), stricter);
    }
    assertEquals(stricterOf(one, one), one);
  }
});

Deno.test("isSameState() compares voting and results", () => {
  for (const one of STATES) {
    for (const other of STATES) assertEquals(isSameState(one, { ...other }), one === other);
  }
});

import { assertEquals, assertNotEquals } from "@std/assert";
import { fingerprint } from "./fingerprint.ts";

const VOTE = { names: ["ada", "grace"], counts: [1, 2], voter: undefined };
const hex = (vote: typeof VOTE | { names: string[]; counts: number[]; voter: string | undefined }) =>
  fingerprint(vote).toHex();

Deno.test("fingerprint() is SHA-256 of the JSON, as sha256sum says", () => {
  // printf '[["ada","grace"],[1,2],null]' | sha256sum
  assertEquals(hex(VOTE), "70811a950285c9b97838dc6879f80aa8d4ca3b9ffceca5cff27b38ef4987cd8a");
  // printf '[["Zoë \\"x\\" 🗳"],[100],"alan"]' | sha256sum
  assertEquals(
    hex({ names: ['Zoë "x" 🗳'], counts: [100], voter: "alan" }),
    "dbc92f82a6d3ef6e7547e4de79e77ea5aa963b0e5485715fc438fcf605fbd4a8",
  );
});

Deno.test("fingerprint() tells votes apart by names, counts, voter and order", () => {
  const others = [
    { ...VOTE, names: ["grace", "ada"] },
    { ...VOTE, counts: [2, 1] },
    { names: ["grace", "ada"], counts: [2, 1], voter: undefined },
    { ...VOTE, voter: "alan" },
    { ...VOTE, voter: "null" },
    { ...VOTE, names: ['ada","grace'] },
    { ...VOTE, names: ["ada"], counts: [1] },
    { ...VOTE, counts: [1, 20] },
  ];
  const all = [VOTE, ...others].map(hex);
  assertEquals(new Set(all).size, all.length);
});

Deno.test("fingerprint() takes an absent voter for null, and looks at nothing else", () => {
  const vote = { ...VOTE, requestId: "r-1", id: "x" };
  assertEquals(hex(vote), hex(VOTE));
  assertEquals(hex({ names: ["ada", "grace"], counts: [1, 2] } as typeof VOTE), hex(VOTE));
  assertNotEquals(hex({ ...VOTE, voter: "" }), hex(VOTE));
});

import { assertEquals } from "@std/assert";
import type { DoorName } from "./metrics.ts";
import { watchDoors } from "./watched_doors.ts";

const REQUEST = new Request("http://127.0.0.1/graphql");

function watched() {
  const ended: [door: DoorName, status: number][] = [];
  let underWay = 0;
  const doors = watchDoors({
    requestBegan: () => void (underWay += 1),
    requestEnded(door, status) {
      underWay -= 1;
      ended.push([door, status]);
    },
  });
  return { doors, ended, underWay: () => underWay };
}

Deno.test("watchDoors() counts each answer once, for who gave it", async () => {
  const { doors, ended, underWay } = watched();
  const answers = [
    doors.from("yoga", new Response(null, { status: 400 })),
    new Response(null, { status: 200 }),
    doors.from("refused", new Response(null, { status: 404 })),
  ];
  for (const answer of answers) {
    assertEquals(await doors.around(() => Promise.resolve(answer))(REQUEST), answer);
  }
  assertEquals(ended, [["yoga", 400], ["hot", 200], ["refused", 404]]);
  assertEquals(underWay(), 0);
});

Deno.test("watchDoors() counts what is under way, until it fails too", async () => {
  const { doors, ended, underWay } = watched();
  const { promise, reject } = Promise.withResolvers<Response>();
  const answering = doors.around(() => promise)(REQUEST);
  assertEquals(underWay(), 1);
  reject(new Error("broken"));
  assertEquals(await answering.then(() => "went well", ({ message }) => message), "broken");
  assertEquals([underWay(), ended], [0, [["hot", 500]]]);
});

Deno.test("watchDoors() leaves everything as it is where nobody is to be told", () => {
  const doors = watchDoors(undefined);
  const fetch = () => Promise.resolve(new Response());
  assertEquals(doors.around(fetch), fetch);
});

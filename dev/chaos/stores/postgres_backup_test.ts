import { assertEquals } from "@std/assert";
import { belongsToBackup } from "./postgres_backup.ts";

Deno.test("belongsToBackup() takes the WAL from the first file to the last, and nothing later", () => {
  const span = { first: "00000001000000000000000A", last: "000000010000000000000010" };
  const files = [
    "000000010000000000000009",
    "00000001000000000000000A",
    "00000001000000000000000F",
    "000000010000000000000010",
    "000000010000000000000011",
    "archive_status",
    "xlogtemp.77",
  ];
  assertEquals(files.filter((file) => belongsToBackup(file, span)), files.slice(1, 4));
});

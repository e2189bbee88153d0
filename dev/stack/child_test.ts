import { assertEquals } from "@std/assert";
import { spawnChild } from "./child.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";

Deno.test("spawnChild() passes on what it is told, and tells output and errors apart", async () => {
  const heard = { text: "", errors: "" };
  const child = await spawnChild({
    command: "/bin/sh",
    args: ["-c", 'read -r line; echo "got $line"; echo "warned" >&2; read -r line; exit 3'],
    environment: {},
    output: { onText: (text) => heard.text += text, onErrorText: (text) => heard.errors += text },
    takesInput: true,
    workingFolder: ".",
  });
  child.write("one\n");
  await waitFor(() => heard.text !== "" && heard.errors !== "", { what: "both kinds of output" });
  assertEquals(heard, { text: "got one\n", errors: "warned\n" });
  child.write("two\n");
  assertEquals(await child.exited, "exit code 3");
  child.write("three\n");
});

import { assert, assertEquals } from "@std/assert";
import { waitFor } from "../testing/wait_for.ts";

const PROGRAM = new URL("../testing/tiny_program.ts", import.meta.url);

interface Line {
  readonly event: string;
  readonly level: string;
  readonly [field: string]: unknown;
}

interface Running extends AsyncDisposable {
  readonly lines: Line[];
  /** Resolves with the exit code. */
  exited(): Promise<number>;
  signal(name: Deno.Signal): void;
  /** Resolves with the first line of this event. */
  logged(event: string): Promise<Line>;
}

function start(env: Record<string, string> = {}): Running {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-net",
      "--allow-env",
      "--allow-read",
      "--allow-sys",
      PROGRAM.pathname,
    ],
    env,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines: Line[] = [];
  let exitCode: number | undefined;
  const reading = readLines(child.stdout, lines);
  const ended = Promise.all([child.status, reading]).then(([{ code }]) => void (exitCode = code));
  const signal = (name: Deno.Signal) => {
    try {
      child.kill(name);
    } catch (error) {
      // It has just ended.
      if (!(error instanceof TypeError)) throw error;
    }
  };
  return {
    lines,
    exited: () => waitFor(() => exitCode, { what: "the program's end" }),
    signal,
    logged: (event) => waitFor(() => lines.find((line) => line.event === event), { what: event }),
    async [Symbol.asyncDispose]() {
      signal("SIGKILL");
      await ended;
    },
  };
}

async function readLines(stdout: ReadableStream<Uint8Array<ArrayBuffer>>, lines: Line[]): Promise<void> {
  let rest = "";
  for await (const chunk of stdout.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts.map((line) => JSON.parse(line)));
  }
  assertEquals(rest, "", "the last line is whole");
}

async function ask(opsPort: unknown, path: string) {
  const response = await fetch(`http://127.0.0.1:${opsPort}${path}`);
  return { status: response.status, body: await response.json() };
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`runProgram() stops in order on ${signal} and exits with 0`, async () => {
    await using program = start();
    const { opsPort } = await program.logged("program_started");
    assertEquals((await ask(opsPort, "/livez")).status, 200);
    assertEquals((await ask(opsPort, "/readyz")).status, 200);
    program.signal(signal);
    assertEquals(await program.exited(), 0);
    assertEquals(program.lines.slice(-2).map(({ event, reason, exitCode }) => [event, reason ?? exitCode]), [
      ["program_stopping", signal],
      ["program_stopped", 0],
    ]);
  });
}

Deno.test("runProgram() exits with 2 and logs every wrong setting, but no secret", async () => {
  await using program = start({
    CAST_OPS_PORT: "http",
    CAST_LOG_LEVEL: "loud",
    CAST_LAB_USES: "10",
    CAST_LAB_STOP: "",
    CAST_LAB_SECRET: "hunter2",
  });
  assertEquals(await program.exited(), 2);
  assertEquals(program.lines.map(({ level, event, problem }) => [level, event, problem]), [
    ["error", "setting_wrong", 'Correct CAST_OPS_PORT: wanted a whole number from 0 to 65535, got "http"'],
    ["error", "setting_wrong", 'Correct CAST_LOG_LEVEL: wanted one of debug, info, warn, error, got "loud"'],
    ["error", "setting_wrong", "Set CAST_LAB_STOP: how it stops"],
    ["error", "setting_wrong", 'Correct CAST_LAB_USES: wanted a whole number from 1 to 9, got "10"'],
    ["error", "setting_wrong", "Correct CAST_LAB_SECRET: wanted a better secret"],
  ]);
});

Deno.test("runProgram() reads a secret from a file, and exits with 2 when it cannot or when it is given twice", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, "five5\n");
    await using program = start({ CAST_LAB_SECRET_FILE: path });
    assertEquals((await program.logged("lab_configured")).secretLength, 5);
    await using twice = start({ CAST_LAB_SECRET_FILE: path, CAST_LAB_SECRET: "hunter2" });
    assertEquals(await twice.exited(), 2);
    await using absent = start({ CAST_LAB_SECRET_FILE: `${path}.absent` });
    assertEquals(await absent.exited(), 2);
    const wrong = [...twice.lines, ...absent.lines];
    assertEquals(wrong.map(({ event }) => event), ["setting_wrong", "setting_wrong"]);
    assert(!JSON.stringify(wrong).includes("hunter2"));
    program.signal("SIGTERM");
    assertEquals(await program.exited(), 0);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("runProgram() exits with 1 when a step of stopping fails", async () => {
  await using program = start({ CAST_LAB_STOP: "throws" });
  await program.logged("program_started");
  program.signal("SIGTERM");
  assertEquals(await program.exited(), 1);
  assert(program.lines.some(({ event, step }) => event === "stop_step_failed" && step === "lab"));
});

Deno.test("runProgram() exits with 1 when it cannot start, what was set up by then is stopped", async () => {
  await using program = start({ CAST_LAB_START: "throws" });
  assertEquals(await program.exited(), 1);
  assert(program.lines.some(({ event, reason }) => event === "program_failed" && reason === "start_failed"));
  assert(!program.lines.some(({ event }) => event === "program_started"));
});

Deno.test("runProgram() exits with 1 when its operations port is taken", async () => {
  await using holder = start();
  const { opsPort } = await holder.logged("program_started");
  await using program = start({ CAST_OPS_PORT: String(opsPort) });
  assertEquals(await program.exited(), 1);
});

Deno.test("runProgram() exits with 1 on a rejection that nobody handles", async () => {
  await using program = start({ CAST_LAB_START: "rejects_later" });
  assertEquals(await program.exited(), 1);
  const failed = program.lines.find(({ event }) => event === "program_failed");
  assertEquals([failed?.reason, (failed?.error as { message: string }).message], [
    "unhandled_rejection",
    "forgotten",
  ]);
});

Deno.test("runProgram() is not ready before its start has ended, and stops all the same", async () => {
  const port = freePort();
  await using program = start({ CAST_LAB_START: "hangs", CAST_OPS_PORT: String(port) });
  await program.logged("lab_configured");
  const { status, body } = await ask(port, "/readyz");
  assertEquals([status, body.missing], [503, ["started"]]);
  program.signal("SIGTERM");
  assertEquals(await program.exited(), 0);
});

Deno.test("runProgram() is not ready while it stops, and a second signal ends it at once", async () => {
  await using program = start({ CAST_LAB_STOP: "hangs" });
  const { opsPort } = await program.logged("program_started");
  program.signal("SIGTERM");
  await program.logged("program_stopping");
  const { status, body } = await ask(opsPort, "/readyz");
  assertEquals([status, body.missing], [503, ["stopping"]]);
  assertEquals((await ask(opsPort, "/livez")).status, 200);
  // One key press may arrive as two signals, so the second counts only a moment after the first: repeat it.
  let exitCode: number | undefined;
  const exited = program.exited().then((code) => void (exitCode = code));
  await waitFor(() => {
    program.signal("SIGINT");
    return exitCode !== undefined;
  }, { what: "the program's end" });
  await exited;
  assertEquals(exitCode, 137);
  assert(program.lines.some(({ event }) => event === "program_forced"));
  assert(!program.lines.some(({ event }) => event === "stop_step_failed"), "it waited for the deadline");
});

/** A port that nobody listened on a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

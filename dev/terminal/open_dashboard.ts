/**
 * The dashboard on this process's own standard output.
 */
import { createDashboard, type Dashboard } from "./dashboard.ts";
import { createPaint, readTerminal } from "./paint.ts";
import { createScreen, type Size } from "./screen.ts";

/** Of a terminal that does not say. */
const SIZE: Size = { columns: 80, rows: 24 };

export interface OpenDashboard {
  dashboard: Dashboard;
  isTerminal: boolean;
  /** Takes the status away; what is said after that are lines. */
  close(): void;
}

export function openDashboard(
  options: { environment: Record<string, string>; programs: readonly string[]; stores: readonly string[] },
): OpenDashboard {
  const { isTerminal, isColoured } = readTerminal({
    isTerminal: Deno.stdout.isTerminal(),
    environment: options.environment,
  });
  const screen = createScreen({ isTerminal, write: writeOut, size: readSize });
  const { programs, stores } = options;
  const dashboard = createDashboard({ screen, isTerminal, paint: createPaint(isColoured), programs, stores });
  const resized = () => screen.resized();
  if (isTerminal) Deno.addSignalListener("SIGWINCH", resized);
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    if (isTerminal) Deno.removeSignalListener("SIGWINCH", resized);
    screen.close();
  };
  return { dashboard, isTerminal, close };
}

function readSize(): Size {
  try {
    const { columns, rows } = Deno.consoleSize();
    return columns > 0 && rows > 0 ? { columns, rows } : SIZE;
  } catch {
    return SIZE;
  }
}

function writeOut(text: string): void {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
  } catch {
    // The terminal was closed, or whoever read the pipe is gone: what runs is still stopped in order.
  }
}

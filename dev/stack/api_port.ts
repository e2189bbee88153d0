/**
 * The port of the API: the one that was asked for or none, else the first free one from the default on.
 */
import { isPortFree, nextFreePort } from "./ports.ts";
import { SetupError } from "./setup_error.ts";

const DEFAULT_PORT = 8_000;
const PORT_MAX = 65_535;

export interface ApiPort {
  port: number;
  /** Whether the default was taken. */
  moved: boolean;
}

export function chooseApiPort(
  environment: Record<string, string>,
  isFree: (port: number) => boolean = isPortFree,
): ApiPort {
  const wanted = environment["CAST_API_PORT"];
  if (!wanted) {
    const port = nextFreePort(DEFAULT_PORT, isFree);
    return { port, moved: port !== DEFAULT_PORT };
  }
  const port = Number(wanted);
  if (!/^\d+$/.test(wanted) || port < 1 || port > PORT_MAX) {
    throw new SetupError(`Read CAST_API_PORT: "${wanted}" is not a port, want 1 to ${PORT_MAX}`);
  }
  if (!isFree(port)) {
    throw new SetupError(`Listen on CAST_API_PORT: port ${port} is taken, set another or none`);
  }
  return { port, moved: false };
}

/**
 * What the person at the keyboard can put right: a missing program, a port that is taken, a wrong argument. The
 * launchers show its message alone; any other error is a fault of ours and is shown with its stack.
 */
export class SetupError extends Error {
  override name = "SetupError";
}

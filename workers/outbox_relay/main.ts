/** Composition root of the outbox relay. */
import { runProgram } from "../../shared/lifecycle/run_program.ts";
import { createRelayProgram } from "./program.ts";

await runProgram(createRelayProgram());

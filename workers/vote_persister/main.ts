/** Composition root of the vote persister. */
import { runProgram } from "../../shared/lifecycle/run_program.ts";
import { createPersisterProgram } from "./program.ts";

await runProgram(createPersisterProgram());

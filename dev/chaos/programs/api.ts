/** The fault runner's composition root of the API: the deployed one, with a clock that can be moved. */
import { installMovableClock } from "./movable_clock.ts";
import { obeyRunner } from "./obey_runner.ts";

obeyRunner({ clock: installMovableClock() });
// Only now: what is imported may keep a reference to the clock.
await import("../../../api/main.ts");

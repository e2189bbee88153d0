/** SIGSTOP and SIGCONT: a process that neither answers nor dies, and then goes on as if no time had passed. */
import { STORE_NAMES, type StoreName } from "../../stack/store.ts";
import type { ProgramName } from "../run/program_child.ts";
import { certain, type Fault } from "./fault.ts";
import { areStopped } from "./process_state.ts";

/** Below and above the session timeout of the consumer group, the relay's lease and a ticket's life. */
const PROGRAM_MS = { min: 2500, max: 12_500 };
/** Below and above the timeout of one command. */
const STORE_MS = { min: 1000, max: 7000 };
const BOTH_SHARE = 0.3;
/** What was on its way before has arrived. */
const SETTLED_MS = 200;

export const PAUSE_FAULTS: readonly Fault[] = [
  ...(["ticket_rotator", "outbox_relay", "vote_persister"] as const).map(pauseProgram),
  ...STORE_NAMES.map(pauseStore),
];

function pauseProgram(name: ProgramName): Fault {
  return {
    name: `pause_${name}`,
    about: `SIGSTOP and SIGCONT of one ${name}, or of both`,
    async inject({ fleet, wait }, random) {
      const copies = fleet.named(name);
      const sleeping = random.next() < BOTH_SHARE ? copies : [random.pick(copies)];
      for (const copy of sleeping) copy.pause();
      let slept = false;
      try {
        await wait(random.between(PROGRAM_MS.min, PROGRAM_MS.max));
        slept = await areStopped(sleeping.map((copy) => copy.pid()));
      } finally {
        for (const copy of sleeping) copy.resume();
      }
      return certain(slept);
    },
  };
}

function pauseStore(name: StoreName): Fault {
  return {
    name: `pause_${name}`,
    about: `SIGSTOP and SIGCONT of ${name}`,
    async inject({ stores, wait }, random) {
      const counters = () => stores.proxies[name].counters();
      const before = counters();
      let ended = before;
      let silent = false;
      try {
        await stores[name].pause();
        await wait(SETTLED_MS);
        const begun = counters();
        await wait(random.between(STORE_MS.min, STORE_MS.max));
        ended = counters();
        // Somebody asked, nobody was answered.
        silent = ended.requestBytes > before.requestBytes && ended.answerBytes === begun.answerBytes;
      } finally {
        await stores[name].resume();
      }
      return () => silent && counters().answerBytes > ended.answerBytes;
    },
  };
}

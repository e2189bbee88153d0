/** The network between the programs and a store: slow, cut, silent, or swallowing every answer. */
import { STORE_NAMES, type StoreName } from "../../stack/store.ts";
import { COPY_IDS } from "../run/fleet.ts";
import type { Random } from "../run/random.ts";
import type { ChaosProxy } from "../stores/chaos_proxy.ts";
import type { Fault } from "./fault.ts";

/** How often one client alone is hit. */
const ONE_SHARE = 0.4;

/** What was on its way when the weather changed has arrived. */
const SETTLED_MS = 200;

type Counters = ReturnType<ChaosProxy["counters"]>;

interface Samples {
  readonly before: Counters;
  /** SETTLED_MS from its beginning. */
  readonly early: Counters;
  /** At its end. */
  readonly late: Counters;
  /** When votes count again. */
  readonly after: Counters;
}

interface Weather {
  readonly name: string;
  readonly about: string;
  readonly ms: { readonly min: number; readonly max: number };
  begin(proxy: ChaosProxy, random: Random): void;
  end(proxy: ChaosProxy): void;
  isSeen(seen: Samples): boolean;
}

const WEATHERS: readonly Weather[] = [
  {
    name: "delay",
    about: "every byte to and from {store} comes late",
    ms: { min: 2000, max: 6000 },
    begin: (proxy, random) => proxy.delay(random.between(20, 400)),
    end: (proxy) => proxy.delay(0),
    isSeen: ({ before, late }) => late.delayedBytes > before.delayedBytes,
  },
  {
    name: "cut",
    about: "connections to {store} are cut and refused",
    ms: { min: 300, max: 4000 },
    begin: (proxy) => proxy.cut(),
    end: (proxy) => proxy.restore(),
    isSeen: ({ before, after }) => after.cut > before.cut,
  },
  {
    name: "silence",
    about: "nothing to or from {store} arrives, and nothing is cut",
    ms: { min: 1000, max: 7000 },
    begin: (proxy) => proxy.hold(),
    end: (proxy) => proxy.restore(),
    isSeen: ({ early, late, after }) =>
      late.answerBytes === early.answerBytes && late.requestBytes === early.requestBytes &&
      after.answerBytes > late.answerBytes,
  },
  {
    name: "swallow",
    about: "requests reach {store}, its answers are thrown away",
    ms: { min: 500, max: 5000 },
    begin: (proxy) => proxy.swallowAnswers(),
    end: (proxy) => proxy.endSwallowing(),
    isSeen: ({ before, after }) => after.answersSwallowedBytes > before.answersSwallowedBytes,
  },
];

export const NETWORK_FAULTS: readonly Fault[] = WEATHERS.flatMap((weather) =>
  STORE_NAMES.map((store) => network(weather, store))
);

/** Who talks to which store; one that does not would see nothing of its proxy. */
const CLIENTS: Readonly<Record<StoreName, RegExp>> = {
  redis: /./,
  kafka: /^(outbox_relay|vote_persister)/,
  postgres: /^vote_persister/,
};

function network(weather: Weather, store: StoreName): Fault {
  return {
    name: `${weather.name}_${store}`,
    about: weather.about.replace("{store}", store),
    async inject({ stores, wait }, random) {
      const client = random.pick(COPY_IDS.filter((id) => CLIENTS[store].test(id)));
      const proxy = random.next() < ONE_SHARE ? stores.proxyFor(store, client) : stores.proxies[store];
      const before = proxy.counters();
      const durationMs = random.between(weather.ms.min, weather.ms.max);
      weather.begin(proxy, random);
      let [early, late] = [before, before];
      try {
        await wait(SETTLED_MS);
        early = proxy.counters();
        await wait(durationMs - SETTLED_MS);
        late = proxy.counters();
      } finally {
        weather.end(proxy);
      }
      // Held back bytes come through once the way is free.
      return () => weather.isSeen({ before, early, late, after: proxy.counters() });
    },
  };
}

/** Kafka's acknowledgements above all: the relays' alone, long enough for a send to be given up. */
export const SWALLOW_ACKNOWLEDGEMENTS: Fault = {
  name: "swallow_acknowledgements",
  about: "Kafka takes the relays' votes, and its acknowledgements are thrown away",
  async inject({ stores, wait }, random) {
    const proxies = COPY_IDS.filter((id) => id.startsWith("outbox_relay")).map((id) =>
      stores.proxyFor("kafka", id)
    );
    const swallowed = () => proxies.reduce((sum, proxy) => sum + proxy.counters().answersSwallowedBytes, 0);
    const before = swallowed();
    for (const proxy of proxies) proxy.swallowAnswers();
    try {
      await wait(random.between(1000, 4000));
    } finally {
      for (const proxy of proxies) proxy.endSwallowing();
    }
    const seen = swallowed() > before;
    return (counts) => seen && (counts["votes_redelivered"] ?? 0) > 0;
  },
};

/** Postgres goes back to a real backup while votes go on: what it forgot is read again from Kafka. */
import { removeIfThere } from "../../stack/fetch_once.ts";
import { anyOf, both, type Fault } from "./fault.ts";

export const RESTORE_POSTGRES: Fault = {
  name: "postgres_backup",
  about: "Postgres goes back to a backup of a few seconds ago",
  async inject({ stores, wait, note }, random) {
    const backup = await stores.postgres.backup();
    try {
      await wait(random.between(2000, 5000));
      note("postgres_goes_back");
      await stores.postgres.restore(backup);
    } finally {
      await removeIfThere(backup.folder);
    }
    return both(
      anyOf("postgres_went_back", "batch_ahead_of_ledger"),
      anyOf("shard_restored", "votes_redelivered", "guard_active"),
    );
  },
};

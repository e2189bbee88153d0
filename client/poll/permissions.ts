/** Prints the permissions of the poll's command for `deno run`: what its settings name, or the Postgres of `deno task dev`. */
import { devStores } from "../../shared/config/dev_stores.ts";
import { permissionFlags } from "../../shared/config/permissions.ts";
import { pollSettings } from "./config.ts";

const { flags, environment } = devStores(pollSettings, Deno.env.toObject());
console.log([...flags, ...permissionFlags(pollSettings, environment)].join(" "));

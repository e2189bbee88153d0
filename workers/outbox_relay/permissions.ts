/** Prints the permissions of the outbox relay for `deno run`: what its settings name, and nothing else. */
import { permissionFlags } from "../../shared/config/permissions.ts";
import { relaySettings } from "./config.ts";

console.log(permissionFlags(relaySettings, Deno.env.toObject()).join(" "));

/** Prints the permissions of the vote persister for `deno run`: what its settings name, and nothing else. */
import { permissionFlags } from "../../shared/config/permissions.ts";
import { persisterSettings } from "./config.ts";

console.log(permissionFlags(persisterSettings, Deno.env.toObject()).join(" "));

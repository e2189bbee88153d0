/** What Redis's one thread has taken of a processor, by INFO cpu. Waiting for the disk is not in it. */

/** Returns seconds since Redis started; NaN where the system does not tell threads apart. */
export function mainThreadSeconds(info: string): number {
  const field = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1]);
  return field("used_cpu_user_main_thread") + field("used_cpu_sys_main_thread");
}

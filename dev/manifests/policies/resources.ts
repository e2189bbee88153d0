/** Every container says what it needs and what it may take, so that it neither starves nor is the first to be evicted. */
import { type Container, containersOf, workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";
import { parseQuantity } from "../quantity.ts";

export const checkResources: Check = (objects) =>
  workloadsOf(objects).flatMap((workload) =>
    containersOf(workload).flatMap((container) =>
      resourceProblems(container).map((problem) => `${workload.id}: "${container.name}" ${problem}`)
    )
  );

function resourceProblems({ resources: { requests = {}, limits = {} } = {} }: Container): string[] {
  return ["cpu", "memory", "ephemeral-storage"].flatMap((name) => {
    const [request, limit] = [requests[name], limits[name]].map((text) =>
      text === undefined ? undefined : parseQuantity(text)
    );
    if (request === undefined) return [`requests no ${name}`];
    if (limit === undefined) return [`has no limit of ${name}`];
    if (!(request > 0)) return [`requests ${requests[name]} of ${name}`];
    return request <= limit ? [] : [`requests ${requests[name]} of ${name} and may take ${limits[name]}`];
  });
}

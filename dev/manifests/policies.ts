/** Every policy, by the name under which it refuses. */
import { checkAutoscaling } from "./policies/autoscaling.ts";
import { checkDisruption } from "./policies/disruption.ts";
import { checkEnvironment } from "./policies/environment.ts";
import { checkExposure } from "./policies/exposure.ts";
import { checkImages } from "./policies/images.ts";
import { checkKafka } from "./policies/kafka.ts";
import { checkLabels } from "./policies/labels.ts";
import { checkMonitoring } from "./policies/monitoring.ts";
import { checkNamespaces } from "./policies/namespaces.ts";
import { checkNetwork } from "./policies/network.ts";
import { checkPodSecurity } from "./policies/pod_security.ts";
import { checkPorts } from "./policies/ports.ts";
import { checkPostgres } from "./policies/postgres.ts";
import { checkProbes } from "./policies/probes.ts";
import { checkRedis } from "./policies/redis.ts";
import { checkRedisUsers } from "./policies/redis_users.ts";
import { checkReferences } from "./policies/references.ts";
import { checkReplicas } from "./policies/replicas.ts";
import { checkResources } from "./policies/resources.ts";
import { checkRollout } from "./policies/rollout.ts";
import { checkSelectors } from "./policies/selectors.ts";
import { checkServiceAccounts } from "./policies/service_account.ts";
import { checkSpread } from "./policies/spread.ts";
import { checkStopTime } from "./policies/stop_time.ts";
import type { Check } from "./policy.ts";

export const POLICIES = {
  "environment": checkEnvironment,
  "ports": checkPorts,
  "probes": checkProbes,
  "monitoring": checkMonitoring,
  "network": checkNetwork,
  "images": checkImages,
  "stop time": checkStopTime,
  "pod security": checkPodSecurity,
  "service accounts": checkServiceAccounts,
  "resources": checkResources,
  "disruption": checkDisruption,
  "spread": checkSpread,
  "selectors": checkSelectors,
  "references": checkReferences,
  "replicas": checkReplicas,
  "autoscaling": checkAutoscaling,
  "rollout": checkRollout,
  "redis": checkRedis,
  "redis users": checkRedisUsers,
  "kafka": checkKafka,
  "postgres": checkPostgres,
  "exposure": checkExposure,
  "namespaces": checkNamespaces,
  "labels": checkLabels,
} as const satisfies Readonly<Record<string, Check>>;

export type PolicyName = keyof typeof POLICIES;

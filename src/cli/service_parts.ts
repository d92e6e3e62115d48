/**
 * What operations of the service work with, where a command runs them.
 *
 * @module
 */

import type { OperationDeps } from "../service/operations/operation.ts";
import type { Backend } from "./command.ts";

/** The parts, from what commands work on. */
export function partsOf(backend: Backend): OperationDeps {
  return {
    store: backend.store,
    engine: backend.engine,
    now: Date.now,
    newId: () => crypto.randomUUID(),
    kick: backend.kick ?? (() => {}),
    maxResourceSize: backend.maxResourceSize ?? 10 * 1024 * 1024,
  };
}

/** Faults of a device as the typed errors that people see, with the reason that recovery needs. */
import { type FaultKind, FiberscopeError, messageOf } from '../catalog/errors.js';

/** What befell a device. */
export type FaultReason = 'lost' | 'memory' | 'validation';

const REMEDY: Record<FaultReason, string> = {
  lost: 'run again, or choose another device',
  memory: 'use fewer inputs or a smaller network, or choose another device',
  validation: 'choose another device and report this with the saved document',
};
const NAME: Record<FaultReason, string> = {
  lost: 'the device was lost',
  memory: 'out of memory',
  validation: 'the device refused the work',
};

class Fault extends Error {
  constructor(
    readonly reason: FaultReason,
    detail: string,
  ) {
    super(detail);
  }
}

/** A typed error about a device; `detail` is the device's own words. */
export function deviceFault(device: string, reason: FaultReason, detail: string): FiberscopeError {
  const words = detail.split('\n')[0]!.trim();
  return new FiberscopeError(
    'device',
    `device ${device}: ${NAME[reason]}${words === '' ? '' : ` (${words})`}; ${REMEDY[reason]}`,
    { cause: new Fault(reason, detail) },
  );
}

/** Why a device failed, when `error` is such a fault. */
export function faultReason(error: unknown): FaultReason | undefined {
  return error instanceof FiberscopeError && error.cause instanceof Fault ? error.cause.reason : undefined;
}

/** A typed error as data, for places that errors cannot cross. */
export interface FaultData {
  readonly kind: FaultKind;
  readonly message: string;
  readonly reason?: FaultReason;
}

/** Any thrown thing as data. */
export function faultData(error: unknown): FaultData {
  const reason = faultReason(error);
  return {
    kind: error instanceof FiberscopeError ? error.kind : 'internal',
    message: messageOf(error),
    ...(reason ? { reason } : {}),
  };
}

/** The typed error that was made data, with the reason that recovery needs. */
export function faultOf({ kind, message, reason }: FaultData): FiberscopeError {
  return new FiberscopeError(kind, message, reason ? { cause: new Fault(reason, message) } : {});
}

import type { Fault, RecordedCall } from '../contract/service';

export interface FaultHandle {
  readonly fault: Fault;
  /** Calls that it was for. */
  seen: number;
  /** Calls that it has affected so far. */
  hits: number;
  remove(): void;
}

/** Holds the faults that are set, and counts how often each has struck. */
export class Faults {
  private readonly entries = new Set<FaultHandle>();

  add(fault: Fault): FaultHandle {
    const entry: FaultHandle = { fault, seen: 0, hits: 0, remove: () => void this.entries.delete(entry) };
    this.entries.add(entry);
    return entry;
  }

  clear(): void {
    this.entries.clear();
  }

  /** Returns the fault that strikes this call, if any. Counts the call. */
  strike(call: RecordedCall): Fault | undefined {
    let struck: Fault | undefined;
    for (const entry of this.entries) {
      if (!matches(entry.fault, call)) continue;
      entry.seen += 1;
      const { skip = 0, times = Number.POSITIVE_INFINITY } = entry.fault;
      if (struck || entry.seen <= skip || entry.hits >= times) continue;
      entry.hits += 1;
      struck = entry.fault;
    }
    return struck;
  }
}

function matches(fault: Fault, call: RecordedCall): boolean {
  const [service, operation] = fault.operation.split(':');
  return (
    service === call.service &&
    (operation === '*' || operation === call.operation) &&
    (fault.resourceIncludes === undefined || call.resource.includes(fault.resourceIncludes)) &&
    (call.principal.type === 'role' || fault.admin === true)
  );
}

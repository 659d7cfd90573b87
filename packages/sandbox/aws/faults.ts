import type { Fault, RecordedCall } from '../contract/service';

export interface FaultHandle {
  readonly fault: Fault;
  /** Number of calls that the fault matched. */
  seen: number;
  /** Number of calls that it has affected. */
  hits: number;
  remove(): void;
}

/** Holds the active faults, and counts how often each has struck. */
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

  /** Counts the call, and returns the fault that strikes it, if any. */
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

import type { Request } from '../event';

/** A request that changes what SES signs with, in the words of a notice. */
export interface NotedWork {
  readonly domain: string;
  readonly region: string;
  /** Absent where the request does not name one. */
  readonly selector?: string;
  /** Names the transaction, where the request does. */
  readonly transaction?: string;
  readonly kind: 'change' | 'confirmation' | 'destroy' | 'revert-unconfirmed' | 'revert-by-hand';
  readonly source: 'terraform' | 'direct' | 'schedule';
}

/** `null`: the request changes nothing, whatever it answers. */
export function notedWork(request: Request): NotedWork | null {
  switch (request.kind) {
    case 'update': {
      const { domain, region, selector } = request.signing;
      return { domain, region, selector, kind: 'change', source: 'direct' };
    }
    case 'resource': {
      const { resource, lifecycle, transaction } = request;
      const { domain, region, selector } = request.signing;
      const place = { domain, region, selector, transaction, source: 'terraform' } as const;
      if (resource === 'Signing') return { ...place, kind: lifecycle === 'delete' ? 'destroy' : 'change' };
      if (resource === 'Confirmation' && lifecycle === 'create') return { ...place, kind: 'confirmation' };
      return null;
    }
    case 'revert-unconfirmed':
      return { ...request.target, transaction: request.transaction, kind: request.kind, source: 'schedule' };
    case 'revert':
      return { ...request.target, kind: 'revert-by-hand', source: 'direct' };
    default:
      return null;
  }
}

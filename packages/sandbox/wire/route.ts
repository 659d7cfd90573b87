import type { WireRequest } from '../contract/service';
import type { Model, RoutedOperation } from './model';
import type { Routed } from './protocol';

interface CompiledRoute {
  readonly operation: RoutedOperation;
  readonly pattern: RegExp;
  readonly labels: readonly string[];
  readonly query: readonly (readonly [name: string, value: string | undefined])[];
  readonly greedy: boolean;
}

/**
 * Finds the operation of a REST request by method, path, and the queries and headers that distinguish operations of one
 * path. The operation with the most requirements comes first. Deprecated operations share their paths with those that
 * replaced them.
 */
export function restRouter(
  model: Model,
  prefixOf: (path: string) => string,
): (request: WireRequest) => Routed | undefined {
  const routes = model.routes
    .filter(({ deprecated }) => !deprecated)
    .map((operation) => compile(operation, prefixOf))
    .sort(
      (a, b) =>
        b.query.length - a.query.length ||
        b.operation.needs.length - a.operation.needs.length ||
        Number(a.greedy) - Number(b.greedy) ||
        b.pattern.source.length - a.pattern.source.length,
    );
  return (request) => {
    const path = prefixOf(request.path);
    for (const { operation, pattern, labels, query } of routes) {
      if (operation.http.method !== request.method) continue;
      const match = pattern.exec(path);
      if (
        !match ||
        !query.every((wanted) => hasQuery(request, wanted)) ||
        !operation.needs.every((need) => has(request, need))
      )
        continue;
      const values = labels.map((label, index) => [label, decodeURIComponent(match[index + 1]!)] as const);
      return { operation: operation.name, labels: Object.fromEntries(values) };
    }
    return undefined;
  };
}

/** `{Name}` matches one segment, `{Name+}` several. */
function compile(operation: RoutedOperation, prefixOf: (path: string) => string): CompiledRoute {
  const [path = '', query = ''] = operation.http.requestUri.split('?');
  const labels: string[] = [];
  const source = prefixOf(path)
    .replace(/\/$/, '')
    .replace(/[.^$()|[\]\\*]/g, '\\$&')
    .replace(/\{(\w+)(\+?)\}/g, (_, label: string, several: string) => {
      labels.push(label);
      return several ? '(.+)' : '([^/]+)';
    });
  return {
    operation,
    labels,
    pattern: new RegExp(`^${source}/?$`, 's'),
    greedy: path.includes('+}'),
    query: query
      .split('&')
      .filter((part) => part !== '')
      .map((part) => part.split('=') as [string, string | undefined]),
  };
}

const hasQuery = ({ query }: WireRequest, [name, value]: readonly [string, string | undefined]): boolean =>
  query.has(name) && (value === undefined || value === '' || query.get(name) === value);

function has({ headers, query }: WireRequest, need: string): boolean {
  const [, place, name = ''] = /^(header|query):(.*)$/.exec(need) ?? [];
  return place === 'header' ? headers[name.toLowerCase()] !== undefined : query.has(name);
}

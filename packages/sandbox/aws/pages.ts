import type { Pagination } from '../wire/model';
import { modelOf } from '../wire/models';
import { invalidInput, invalidToken } from '../wire/refusals';
import { untoldOf } from '../wire/untold';

/**
 * Returns how AWS pages an operation's answers, according to its model; undefined for lists that are paged by keys of
 * the caller's choice.
 */
const pagesOf = (service: string, operation: string): Pagination | undefined =>
  modelOf(service)?.operations.get(operation)?.pages;

/**
 * Returns the page that follows the token, and the token of the next page. The token is the last item of a page, so
 * that deletions in the meantime shift nothing.
 */
export function cutPage(service: string, operation: string, input: any, output: any): any {
  const list = untoldOf(service).lists?.[operation];
  if (!list) return output;
  const {
    input_token,
    output_token,
    limit_key = '',
    more_results,
    result_key,
  } = list.pages ?? pagesOf(service, operation)!;
  const { by: order, usual, most = Number.POSITIVE_INFINITY } = list;
  const orderOf = (item: any) =>
    order === ''
      ? item
      : order
          .split(' ')
          .map((member) => item[member])
          .join(' ');
  const after = readToken(service, input_token, input);
  const [items = ''] = [result_key].flat();
  const left = output[items]
    .map((item: any) => ({ item, at: orderOf(item) }))
    .filter(({ at }: any) => after === undefined || at > after)
    .sort((a: any, b: any) => (a.at < b.at ? -1 : 1));
  const asked = Number(input[limit_key] ?? usual);
  if (asked < 1 || (service === 'ses' && asked > most))
    throw invalidInput(service, `${limit_key} must be from 1 to ${most}.`);
  const page = left.slice(0, Math.min(asked, most));
  const isTruncated = page.length < left.length;
  return {
    ...output,
    [items]: page.map(({ item }: any) => item),
    ...(more_results && { [more_results]: isTruncated }),
    ...(isTruncated && { [output_token]: Buffer.from(`after:${page.at(-1).at}`).toString('base64url') }),
  };
}

function readToken(service: string, name: string, { [name]: token }: any): string | undefined {
  if (token === undefined) return undefined;
  const [, at] = /^after:(.*)$/s.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (at !== undefined) return at;
  throw invalidToken(service, name);
}

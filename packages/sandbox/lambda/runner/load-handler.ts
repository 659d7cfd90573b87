import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import type { ReportedError } from '../messages';

export type Handler = (event: unknown, context: Context) => unknown;

/** An error in finding the handler, with Lambda's name for it. */
export class HandlerError extends Error {
  constructor(
    name: 'Runtime.ImportModuleError' | 'Runtime.HandlerNotFound' | 'Runtime.MalformedHandlerName',
    message: string,
  ) {
    super(message);
    this.name = name;
  }
}

/** @param handlerName `file.export`, as in the function's configuration */
export async function loadHandler(taskRoot: string, handlerName: string): Promise<Handler> {
  const [, modulePath, exportName] = /^(.+)\.([^./]+)$/.exec(handlerName) ?? [];
  if (!modulePath || !exportName) {
    throw new HandlerError('Runtime.MalformedHandlerName', `Bad handler: ${handlerName}`);
  }
  const exports = await loadModule(path.join(taskRoot, modulePath), modulePath);
  const handler = exports[exportName];
  if (typeof handler !== 'function') {
    throw new HandlerError('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  }
  return handler as Handler;
}

async function loadModule(file: string, name: string): Promise<Record<string, unknown>> {
  const found = ['.js', '.mjs', '.cjs'].map((extension) => file + extension).find((each) => existsSync(each));
  if (!found) throw new HandlerError('Runtime.ImportModuleError', `Error: Cannot find module '${name}'`);
  // A plain `require` would be resolved by the bundler at build time.
  if (!found.endsWith('.mjs')) return createRequire(found)(found);
  return import(pathToFileURL(found).href);
}

/** Describes any thrown value as Lambda's Node runtime does. */
export function reportedError(thrown: unknown): ReportedError {
  if (!(thrown instanceof Error))
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}

/** Describes a promise that was rejected without a handler, after which the runtime ends itself. */
export function unhandledRejection(reason: unknown): ReportedError {
  const errorType = 'Runtime.UnhandledPromiseRejection';
  const stack = reason instanceof Error ? (reason.stack ?? '').split('\n').slice(1) : [];
  return { errorType, errorMessage: String(reason), trace: [`${errorType}: ${reason}`, ...stack] };
}

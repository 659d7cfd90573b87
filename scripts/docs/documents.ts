import type { GeneratedDocument } from './document';
import { errors } from './errors';

/** Every generated file of the project. */
export const documents: readonly GeneratedDocument[] = [errors];

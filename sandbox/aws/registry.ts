import type { ServiceFactory } from './core';
import { createSts } from './services/sts';

/** Every service that a sandbox has by default. */
export const SERVICES: readonly ServiceFactory[] = [createSts];

import { AttributeError } from '../resource';
import type { Block } from './schema';

/** Refuses a configuration that violates the schema's rules about single values, which may be unknown. */
export function validate(block: Block, config: any, within?: string): void {
  for (const [name, { refused, json }] of Object.entries(block.attributes)) {
    if (refused) refuse(name, config[name], within);
    if (json) requireJson(name, config[name], json, within);
  }
  for (const [name, { refused, block: inner }] of Object.entries(block.blocks)) {
    if (refused) refuse(name, config[name], within);
    if (!Array.isArray(config[name])) continue;
    for (const item of config[name]) validate(inner, item, within ?? name);
  }
}

function refuse(name: string, value: any, within?: string): void {
  if (value === null || value === false || value.length === 0) return;
  throw new AttributeError(within ?? name, `${name} is not simulated by the sandbox`);
}

function requireJson(name: string, text: unknown, what: string, within?: string): void {
  if (typeof text !== 'string') return;
  try {
    JSON.parse(text);
  } catch (error) {
    throw new AttributeError(
      within ?? name,
      `"${name}" contains an invalid ${what}: ${(error as Error).message}`,
    );
  }
}

import { z } from 'zod';
import { domainList } from '../../list/schema';

/**
 * Paths of the settings of a list; those of a domain once, though `defaults` takes them too. What may be said in two
 * forms is one setting.
 */
function settingsOf(schema: z.ZodType, path = ''): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return settingsOf(schema.unwrap() as z.ZodType, path);
  if (!(schema instanceof z.ZodObject)) return [path];
  return Object.entries(schema.shape).flatMap(([name, inner]) =>
    settingsOf(inner as z.ZodType, path === '' ? name : `${path}.${name}`),
  );
}

it('has so few settings that each can have a reason', () => {
  const settings = settingsOf(domainList).filter((path) => path !== 'domains');
  expect(settings).toContain('defaults.gate.waitSeconds');
  expect(settings.length).toBeLessThanOrEqual(54);
});

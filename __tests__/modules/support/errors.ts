/** What an engine's output holds against one module of the configuration. */
export function errorsOf(module: string, output: string): string[] {
  const [, ...errors] = output.replace(/\s*\n[│|]?\s*/g, ' ').split('Error: ');
  return errors.filter((error) => new RegExp(`\\b${module}\\b`).test(error));
}

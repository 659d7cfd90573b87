/**
 * How one child's configuration is adjusted: some of its attributes, or a function from the configuration that it
 * would get to the one that it gets. What the construct's promises rest on is set after it, and not open to it.
 */
export type Transform<Config> = Partial<Config> | ((config: Config) => Config);

export function adjust<Config extends object>(config: Config, transform?: Transform<Config>): Config {
  if (transform === undefined) return config;
  return typeof transform === 'function' ? transform(config) : { ...config, ...transform };
}

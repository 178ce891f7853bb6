/** A setting that cannot be, in a sentence for whoever starts us. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ConfigError";
  }
}

/** The other side has answered, and not with a 2xx. */
export class WebhookRefusal extends Error {
  /** Whether it may be otherwise the next time. */
  readonly passing: boolean;

  constructor(status: number) {
    super(`status ${String(status)}`);
    this.passing = status === 408 || status === 429 || status >= 500;
  }
}

/**
 * Offers one after the other: a wish that comes while an offer is under way is fulfilled by one more
 * offer after it, however many wishes there are.
 */
export class Negotiation {
  private wanted = false;
  private restart = false;
  private busy = false;

  constructor(
    private readonly perform: (iceRestart: boolean) => Promise<void>,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  request(iceRestart = false): void {
    this.wanted = true;
    this.restart ||= iceRestart;
    if (!this.busy) void this.work();
  }

  private async work() {
    this.busy = true;
    // Changes made in one go belong into one offer.
    await Promise.resolve();
    while (this.wanted) {
      const restart = this.restart;
      this.wanted = false;
      this.restart = false;
      try {
        await this.perform(restart);
      } catch (error) {
        this.onFailure(error);
      }
    }
    this.busy = false;
  }
}

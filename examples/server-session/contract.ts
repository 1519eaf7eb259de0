/** What the server handles, for both sides to share. */
export interface ServerSide {
  readonly greet: (whom: string) => string;
}

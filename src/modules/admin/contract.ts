/** Nobody calls admin: it calls the others, and its routes are all there is of it. */
export type AdminApi = Readonly<Record<never, never>>;

/** A port that a module needs although the module which answers it is made later. */
export type LatePort<T extends object> = {
  readonly name: string;
  /** To be handed out at once; throws when used before {@link LatePort.bind}. */
  readonly port: T;
  /** Once; what is bound may be a function or an object of functions. */
  bind(implementation: T): void;
};

export type LatePorts = {
  /** `name` for messages: "identity.claimsOf". */
  latePort<T extends object>(name: string): LatePort<T>;
  /** Throws one error that names every port nobody answers. The composition root calls it last. */
  assertAllBound(): void;
};

/**
 * The needs against the arrow of the module graph: a lower module declares what it asks, the composition root binds
 * whoever answers. One set per application, so that two applications in one process stay apart.
 */
export function createLatePorts(): LatePorts {
  const unbound = new Set<string>();
  return {
    latePort<T extends object>(name: string): LatePort<T> {
      if (unbound.has(name)) throw new Error(`the late port ${name} is declared twice`);
      unbound.add(name);
      let target: T | undefined;
      const bound = (): T => {
        if (target === undefined)
          throw new Error(`the late port ${name} was used before it was bound`);
        return target;
      };
      return {
        name,
        port: forward(bound),
        bind(implementation) {
          if (target !== undefined) throw new Error(`the late port ${name} is bound twice`);
          target = implementation;
          unbound.delete(name);
        },
      };
    },
    assertAllBound() {
      if (unbound.size > 0)
        throw new Error(`late ports nobody answers: ${[...unbound].join(", ")}`);
    },
  };
}

/** A stand-in whose members and calls are those of `bound()`, looked up only when they are called. */
function forward<T extends object>(bound: () => T): T {
  const members = new Map<PropertyKey, unknown>();
  const member =
    (key: PropertyKey) =>
    (...args: unknown[]) => {
      const method: unknown = Reflect.get(bound(), key);
      if (typeof method !== "function")
        throw new TypeError(`${String(key)} is not a function of this port`);
      return Reflect.apply(method, bound(), args);
    };
  return new Proxy(function port() {} as unknown as T, {
    apply: (_target, _self, args) => Reflect.apply(bound() as () => unknown, undefined, args),
    get(_target, key) {
      // Whoever awaits or prints a port asks for these; it is neither a promise nor printable.
      if (typeof key === "symbol" || key === "then") return undefined;
      if (!members.has(key)) members.set(key, member(key));
      return members.get(key);
    },
    set: () => false,
  });
}

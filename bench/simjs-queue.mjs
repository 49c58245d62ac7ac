/**
 * The textbook queue on the npm package simjs, one entity for the arrivals and a facility of `servers`. The package as it is
 * published exports nothing; it leaves `Sim` on `window`, so there is one while it loads.
 */
globalThis.window = {};
await import('simjs');
const { Sim, Entity, Facility } = globalThis.window.Sim;
delete globalThis.window;

/** Gives the sum of all waits. */
export function serveBySimjs({ servers, arrival, work }) {
  const sim = new Sim();
  const facility = new Facility('desk', Facility.FCFS, servers);
  let waited = 0;
  // An argument of 0 is not handed on: hence the defaults.
  class Door extends Entity {
    start() {
      this.at(0);
    }
    at(customer) {
      if (customer < arrival.length) this.setTimer(arrival[customer] - this.time()).done(this.enter, this, customer);
    }
    enter(customer = 0) {
      this.useFacility(facility, work[customer]).done(this.leave, this, customer);
      this.at(customer + 1);
    }
    leave(customer = 0) {
      waited += this.time() - arrival[customer] - work[customer];
    }
  }
  sim.addEntity(Door, 'door');
  sim.simulate(Number.MAX_VALUE);
  return waited;
}

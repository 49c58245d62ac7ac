/** `desk`, `inbox` and `queue` as the reference shows them; a test parses each. */
export const peopleExamples = {
  desk: `desk:
  shifts:
    - { from: '09:00', to: '18:00', people: 3 }
    - { from: '18:00', to: '22:00', people: 5 }
  breaks: [{ from: '12:00', to: '13:00', people: 1 }]
  handling: { distribution: log-normal, mean: 75s, sigma: 0.5 }
  chats: 2
  answers: [complaint] # of intents: a person answers it, whatever was replied automatically
  corrections: { from: '15:30', handling: { mean: 30s } }`,
  inbox: 'inbox: { capacity: 40000 }',
  queue: `queue:
  servers: 4
  work: { distribution: exponential, mean: 10ms }
  waiting: 100
  patience: { distribution: exponential, mean: 2s }
  first: [vip] # a part of the traffic`,
};

import type { Random } from '../random';

const FIRST = [
  'Allied',
  'Atlas',
  'Beacon',
  'Cascade',
  'Cedar Ridge',
  'Columbia',
  'Delta',
  'Eastern',
  'Frontier',
  'Granite',
  'Heartland',
  'Ironwood',
  'Keystone',
  'Lakeside',
  'Meridian',
  'Northgate',
  'Orchard',
  'Piedmont',
  'Quarry',
  'Riverside',
  'Summit',
  'Tri-County',
  'Union',
  'Valley',
  'Westbrook',
];
const TRADE = [
  'Fasteners',
  'Tooling',
  'Castings',
  'Plastics',
  'Electric',
  'Hydraulics',
  'Coatings',
  'Packaging',
  'Logistics',
  'Machine Works',
  'Steel Supply',
  'Office Products',
  'Calibration',
  'Welding',
  'Controls',
];
const FORM = ['Inc', 'LLC', 'Co', 'Corp', 'Group'];

const CITIES: readonly (readonly [city: string, state: string, zip: string])[] = [
  ['Dayton', 'OH', '45402'],
  ['Rockford', 'IL', '61101'],
  ['Erie', 'PA', '16501'],
  ['Grand Rapids', 'MI', '49503'],
  ['Waterloo', 'IA', '50701'],
  ['Springfield', 'MA', '01103'],
  ['Macon', 'GA', '31201'],
  ['Tulsa', 'OK', '74103'],
];

export interface Address {
  readonly line: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
}

/** A name as suppliers have them; `serial` keeps names apart when there are more vendors than names. */
export function vendorName(random: Random, serial: number): string {
  const plain = `${random.pick(FIRST)} ${random.pick(TRADE)} ${random.pick(FORM)}`;
  return `${plain} ${serial}`;
}

export function address(random: Random): Address {
  const [city, state, zip] = random.pick(CITIES);
  return { line: `${random.whole(10, 9_999)} ${random.pick(FIRST)} Avenue`, city, state, zip };
}

export const THINGS = [
  'Hex bolts M8',
  'Carbide inserts',
  'Aluminum castings',
  'Corrugated boxes',
  'Freight to plant',
  'Calibration service',
  'Welding wire',
  'Proximity sensors',
  'Hydraulic hose',
  'Powder coating',
  'Cleaning service',
  'Copy paper',
] as const;

import type { ColumnType } from './schema';
import type { Service } from './services';

const EDM: Readonly<Record<ColumnType, string>> = {
  text: 'Edm.String',
  int: 'Edm.Int32',
  long: 'Edm.Int64',
  dec: 'Edm.Decimal',
  bool: 'Edm.Boolean',
  date: 'Edm.DateTimeOffset',
  stamp: 'Edm.DateTimeOffset',
  guid: 'Edm.Guid',
};

/** The document that `GET <service>/$metadata` answers: its entity sets with their columns and keys. */
export function metadataOf(service: Service): string {
  const sets = [...service.sets];
  const types = sets.map(([, { table }]) => {
    const keys = ['Company', ...table.key].map((name) => `<PropertyRef Name="${name}"/>`).join('');
    const columns = [...table.columns.values()]
      .map((column) => `<Property Name="${column.name}" Type="${EDM[column.type]}"/>`)
      .join('');
    return `<EntityType Name="${table.name}"><Key>${keys}</Key>${columns}</EntityType>`;
  });
  const container = sets.map(
    ([set, { table }]) => `<EntitySet Name="${set}" EntityType="Erp.${table.name}"/>`,
  );
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>',
    `<Schema Namespace="Erp" xmlns="http://docs.oasis-open.org/odata/ns/edm">${types.join('')}`,
    `<EntityContainer Name="Container">${container.join('')}</EntityContainer></Schema>`,
    '</edmx:DataServices></edmx:Edmx>',
  ].join('');
}

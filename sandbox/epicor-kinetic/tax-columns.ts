import type { TableDeclaration } from './schema';

/** Tax codes with their rates, and tax regions with the codes that apply in them. */
export const TAX_TABLES: readonly TableDeclaration[] = [
  {
    name: 'SalesTax',
    set: 'SalesTaxes',
    service: 'Erp.BO.SalesTaxSvc',
    key: ['TaxCode'],
    columns: 'TaxCode:text Description:text CollectionType:int RateType:text Inactive:bool',
  },
  {
    name: 'SalesTRC',
    set: 'SalesTRCs',
    service: 'Erp.BO.SalesTaxSvc',
    key: ['TaxCode', 'RateCode'],
    parent: 'SalesTax',
    columns: 'TaxCode:text RateCode:text Description:text DefaultRate:bool TaxPercent:dec EffectiveFrom:date',
  },
  {
    name: 'TaxRgn',
    set: 'TaxRgns',
    service: 'Erp.BO.TaxRgnSvc',
    key: ['TaxRegionCode'],
    columns: 'TaxRegionCode:text Description:text TaxConnectCalc:bool',
  },
  {
    name: 'TaxRgnSalesTax',
    set: 'TaxRgnSalesTaxes',
    service: 'Erp.BO.TaxRgnSvc',
    key: ['TaxRegionCode', 'TaxCode'],
    parent: 'TaxRgn',
    columns: 'TaxRegionCode:text TaxCode:text',
  },
];

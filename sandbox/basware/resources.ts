import { type BodyRule, bodyRule } from './body-rules';

/** A kind of master data that others import into P2P. */
export interface Resource {
  /** Behind the host, such as `/v1/accounts`; a list has its key in the path. */
  readonly path: string;
  /** Name of the member that a list's rows come in. */
  readonly wrapper: string;
  /** Its name in request statuses, and its scope. */
  readonly entityType: string;
  readonly scope: string;
  /** Most rows of a request, of a page, and of a page when the caller says nothing. */
  readonly batch: number;
  readonly page: number;
  readonly usualPage: number;
  /** The member that must be unique in each company; undefined: none. */
  readonly code: string | undefined;
  readonly rule: BodyRule;
}

const numbered = (name: string, count: number, what: string) =>
  Array.from({ length: count }, (_, index) => `${name}${index + 1}:${what}`).join(' ');

const NAMES = bodyRule('language*:2-10 translation*:2-2000');
const WITH_INHERIT = bodyRule('companyCode*:32 active*:bool inherit*:bool');
const WITHOUT_INHERIT = bodyRule('companyCode*:32 active*:bool');

const ADDRESS = bodyRule(
  `externalCode*:36 name*:200 addressType:40 addressLine1:200 addressLine2:200 addressLine3:200 streetName:50 poBox:50
   postalZone:50 cityName:50 locality:50 countrySubEntity:50 countrySubEntityDescription:50 countryId:2 default:bool
   description:200 additionalAddressFields:list`,
  { additionalAddressFields: bodyRule('key*:40 value*:200') },
);
const MEANS = bodyRule(
  'paymentMeansCode*:25 description:250 currencyCode:3 default:bool financialAccounts:list',
  {
    financialAccounts: bodyRule('financialInstitution:object financialAccountIdentifiers:list', {
      financialInstitution: bodyRule('name*:250 id*:20 schemeId*:36 countryId:2'),
      financialAccountIdentifiers: bodyRule(
        'schemeId*:4 id:50 default:bool accountHolderName:250 currencyCode:3 linkedBbanOrIban:50',
      ),
    }),
  },
);
const VENDOR = bodyRule(
  `externalCode*:36 vendorCode*:25 name*:250 companies*:list vendorParent:36 sourceSystem:36 description:250
   supplierAssignedAccountId:128 vendorClass:100 eligibleForSourcing:bool lastUpdated:date identifiers:list
   addresses:list contacts:list paymentTerms:object deliveryTerm:object paymentMeans:list orderingDetails:object
   processingStatus:object customFields:list tags:list`,
  {
    companies: bodyRule('companyCode*:32 inheritToChildUnits:bool'),
    identifiers: bodyRule('id*:36 schemeId*:32 defaultPartyId:bool'),
    addresses: ADDRESS,
    contacts: bodyRule('name*:200 email:200 telephone:50 telefax:50 website:250 role:20'),
    paymentTerms: bodyRule('paymentTermCode*:25 description:250'),
    paymentMeans: MEANS,
    processingStatus: bodyRule('active:bool paymentDenied:bool'),
    customFields: bodyRule('name*:25 value*:250 groupName:250'),
  },
);
const ACCOUNT = bodyRule(
  `externalCode*:36 accountCode*:25 accountNames*:list companies*:list taxCode:25 lastUpdated:date
   ${numbered('text', 5, '250')}`,
  { accountNames: NAMES, companies: WITH_INHERIT },
);
const COST_CENTER = bodyRule(
  `externalCode*:36 costCenterCode*:25 costCenterNames*:list companies*:list lastUpdated:date
   ${numbered('text', 10, '250')} ${numbered('date', 5, 'date')} ${numbered('int', 5, 'int')}`,
  { costCenterNames: NAMES, companies: WITHOUT_INHERIT },
);
const TAX_CODE = bodyRule(
  `externalCode*:36 taxCode*:25 taxCodeNames*:list taxPercentage*:num taxPercentage2:num taxGroup:25
   companies*:list additionalData:list lastUpdated:date`,
  { taxCodeNames: NAMES, companies: WITH_INHERIT },
);
const PAYMENT_TERM = bodyRule(
  `externalCode*:36 paymentTermCode*:25 paymentTermNames*:list validFrom*:date validTo*:date companies*:list
   dueDateDays:int dueDateCalc:int dueDateEom:int dueDateDays2:int moveDueDatesTo:1 cashDueDateCalc:int
   cashDueDateDays:int cashDiscount:num paymentTermDiscountRules:list sortOrder:int lastUpdated:date`,
  {
    paymentTermNames: NAMES,
    companies: WITH_INHERIT,
    paymentTermDiscountRules: bodyRule('externalCode*:36 discountDays:int discountPercent:num active*:bool'),
  },
);
const EXCHANGE_RATE = bodyRule(
  'externalCode*:36 rate*:num currencyCodeFrom*:3 currencyCodeTo*:3 validFrom*:date companies*:list lastUpdated:date',
  { companies: WITHOUT_INHERIT },
);
const PROJECT = bodyRule(
  `externalCode*:36 projectCode*:25 projectName*:100 description:500 validFrom*:date validUntil*:date
   companies*:list lastUpdated:date`,
  { companies: WITHOUT_INHERIT },
);
const ORDER = bodyRule(
  `externalCode*:36 orderNumber*:100 sourceSystem*:36 companyCode*:25 organizationElementCode*:2-25
   currencyCode*:2-3 supplierCode*:25 supplierName:250 invoicingSupplierCode:25 orderTypeCode:25 created:date
   description:1000 isClosed:bool requestedDeliveryDate:date actualDeliveryDate:date validFrom:date validTo:date
   paymentTermCode:25 isInvoiced:bool isDelivered:bool orderReference:100 lastUpdated:date
   ${numbered('text', 10, '250')} ${numbered('numeric', 5, 'num')} ${numbered('date', 5, 'date')}`,
);
const ORDER_LINE = bodyRule(
  `externalCode*:36 orderExternalCode*:36 lineNumber*:100 quantity*:num matchingMode*:10 netSum:num grossSum:num
   netPrice:num grossPrice:num uom:25 productCode:250 productName:250 description:1000 taxCode:25 taxPercent:num
   isReceiptRequired:bool isReceiptBasedMatching:bool isOverreceivalAllowed:bool isClosed:bool isDeleted:bool
   invoicedQuantity:num invoicedNetSum:num invoicedGrossSum:num orderLineCoding:list goodsReceipts:list
   referenceUsers:list lastUpdated:date`,
);

/** A generic list; which columns it has depends on its number. */
function listRule(key: string): BodyRule {
  const number = Number(key.split('_').at(-1));
  const [texts, numbers, dates, longest] = key.startsWith('CUST')
    ? [15, 15, 15, 250]
    : key.startsWith('INV')
      ? number <= 10
        ? [5, 0, 0, 250]
        : [10, 5, 5, 250]
      : number <= 10
        ? [5, 3, 0, 250]
        : number <= 20
          ? [5, 3, 0, 50]
          : number <= 30
            ? [10, 5, 5, 250]
            : [25, 10, 10, 250];
  return bodyRule(
    `externalCode*:36 companies*:list listContent:250 lastUpdated:date ${numbered('text_', texts, String(longest))}
     ${numbered('number_', numbers, 'num')} ${numbered('dateValue_', dates, 'date')}`,
    { companies: WITHOUT_INHERIT },
  );
}

const LIST_KEYS = [
  ...Array.from({ length: 35 }, (_, index) => `ACC_LIST_${index + 1}`),
  ...Array.from({ length: 20 }, (_, index) => `INV_LIST_${index + 1}`),
  ...Array.from({ length: 5 }, (_, index) => `CUST_RESOLVER_${index + 1}`),
];

function plain(
  name: string,
  entityType: string,
  code: string | undefined,
  rule: BodyRule,
  differing: Partial<Resource> = {},
): Resource {
  return {
    path: `/v1/${name}`,
    wrapper: name,
    entityType,
    scope: name,
    batch: 500,
    page: 500,
    usualPage: 500,
    code,
    rule,
    ...differing,
  };
}

/** Everything that can be imported, by its path. */
export const RESOURCES: ReadonlyMap<string, Resource> = new Map(
  [
    plain('vendors', 'Vendor', 'vendorCode', VENDOR, {
      wrapper: 'vendorEntities',
      batch: 200,
      usualPage: 100,
    }),
    plain('accounts', 'Account', 'accountCode', ACCOUNT),
    plain('costCenters', 'CostCenter', 'costCenterCode', COST_CENTER),
    plain('taxCodes', 'TaxCode', 'taxCode', TAX_CODE),
    plain('paymentTerms', 'PaymentTerm', 'paymentTermCode', PAYMENT_TERM),
    plain('exchangeRates', 'ExchangeRate', undefined, EXCHANGE_RATE),
    plain('projects', 'Project', 'projectCode', PROJECT, { path: '/v2/projects' }),
    plain('matchingOrders', 'MatchingOrder', 'orderNumber', ORDER),
    plain('matchingOrderLines', 'MatchingOrderLine', undefined, ORDER_LINE, {
      batch: 100,
      page: 100,
      usualPage: 100,
    }),
    ...LIST_KEYS.map((key) =>
      plain(`lists/${key}`, 'GenericList', undefined, listRule(key), {
        wrapper: 'listItems',
        scope: 'lists',
      }),
    ),
  ].map((resource) => [resource.path, resource]),
);

//! What exports call our columns. Names are compared without case, blanks and signs; the better ones come first.

use apportion_book::TableName;

/// Our column and what exports call it.
pub type Names = (&'static str, &'static [&'static str]);

const DEALS: &[Names] = &[
    (
        "deal_id",
        &[
            "dealid",
            "opportunityid",
            "casesafeid",
            "dealrecordid",
            "recordid",
            "hsobjectid",
            "opportunityid18",
            "salesorderid",
            "orderid",
            "ordernumber",
            "orderno",
            "orderreference",
            "salesdocument",
            "salesorder",
            "salesdoc",
            "salesdocnumber",
            "subscriptionid",
            "contractid",
            "invoicenumber",
            "invoiceid",
            "quotenumber",
            "documentnumber",
            "order",
            "auftrag",
            "auftragsnummer",
            "belegnummer",
            "dealnumber",
            "opportunitynumber",
            "externalid",
            "reference",
            "deal",
            "id",
        ],
    ),
    (
        "close_date",
        &[
            "closedate",
            "closeddate",
            "closedat",
            "dateclosed",
            "closedon",
            "actualclosedate",
            "wonon",
            "wontime",
            "wondate",
            "bookingdate",
            "bookedon",
            "signedon",
            "datesigned",
            "abschlussdatum",
            "orderdate",
            "invoicedate",
            "billingdate",
            "postingdate",
            "documentdate",
            "belegdatum",
            "auftragsdatum",
            "estclosedate",
            "estimatedclosedate",
            "closedatetime",
            "closetimestamp",
            "saledate",
            "date",
            "datum",
            "startdate",
            "createdon",
        ],
    ),
    (
        "amount",
        &[
            "amount",
            "dealamount",
            "opportunityamount",
            "dealvalue",
            "actualrevenue",
            "actualvalue",
            "netamount",
            "netvalue",
            "netamountdoccurr",
            "nettowert",
            "nettobetrag",
            "untaxedamount",
            "amountuntaxed",
            "subtotal",
            "bookingamount",
            "acv",
            "tcv",
            "arramount",
            "arr",
            "mrramount",
            "salesvolume",
            "betrag",
            "umsatz",
            "value",
            "revenue",
            "totalamount",
            "totalprice",
            "total",
            "price",
            "amountincompanycurrency",
            "totaldue",
        ],
    ),
    (
        "currency",
        &[
            "currency",
            "currencyisocode",
            "dealcurrencycode",
            "currencycode",
            "transactioncurrency",
            "amountcurrency",
            "documentcurrency",
            "doccurrency",
            "isocurrencycode",
            "waehrung",
            "wahrung",
            "währung",
            "devise",
            "curr",
        ],
    ),
    ("deal_type", &["dealtype", "opportunitytype", "ordertype", "businesstype", "type", "recordtype"]),
    (
        "account_id",
        &[
            "accountid",
            "customerid",
            "companyid",
            "associatedcompanyid",
            "soldtoparty",
            "soldto",
            "customernumber",
            "account",
            "accountname",
            "customer",
            "customername",
            "kunde",
            "kundennummer",
            "company",
            "client",
        ],
    ),
    ("channel", &["channel", "saleschannel", "distributionchannel", "routetomarket"]),
    ("list_amount", &["listamount", "listpricetotal", "listvalue", "grossamount"]),
    ("registration_id", &["registrationid", "dealregistration", "dealregistrationid"]),
    ("renews_deal_id", &["renewsdealid", "renewedopportunity", "renewalof", "priordealid"]),
    ("reverses_deal_id", &["reversesdealid", "creditednote", "reversalof", "reversedentry"]),
];

/// Who closed a deal, in the file of deals.
pub const OWNERS: &[&str] = &[
    "ownerid",
    "owneridd",
    "opportunityownerid",
    "dealowner",
    "hubspotownerid",
    "opportunityowner",
    "owner",
    "salespersonid",
    "salesperson",
    "salesrep",
    "salesrepid",
    "salesrepresentative",
    "accountexecutive",
    "rep",
    "seller",
    "verkaufer",
    "verkäufer",
    "vertriebsmitarbeiter",
    "responsible",
    "responsibleemployee",
    "assignedto",
    "closedby",
    "salesemployee",
    "userid",
    "user",
];

/// The partner of a deal, in the file of deals.
pub const PARTNERS: &[&str] = &[
    "partneraccount",
    "partneraccountid",
    "partnerid",
    "partner",
    "referralpartner",
    "reseller",
    "resellerid",
    "sourcedby",
];

const ENGAGEMENTS: &[Names] = &[
    ("engagement_id", &["engagementid", "activityid", "eventid", "taskid", "callid", "meetingid", "id"]),
    (
        "deal_id",
        &[
            "dealid",
            "opportunityid",
            "whatid",
            "relatedtoid",
            "relatedto",
            "associateddealid",
            "associateddeals",
            "regarding",
            "deal",
            "opportunity",
            "opportunityname",
            "orderid",
        ],
    ),
    ("account_id", &["accountid", "companyid", "customerid", "account"]),
    (
        "payee_id",
        &[
            "payeeid",
            "payee",
            "ownerid",
            "hubspotownerid",
            "assignedtoid",
            "assignedto",
            "assigned",
            "userid",
            "user",
            "partnerid",
            "partneraccount",
            "partner",
            "salesperson",
            "owner",
            "employeeid",
            "agent",
            "createdbyid",
        ],
    ),
    (
        "role",
        &[
            "role",
            "activitytype",
            "engagementtype",
            "type",
            "kind",
            "tasksubtype",
            "eventsubtype",
            "contribution",
        ],
    ),
    (
        "occurred_on",
        &[
            "occurredon",
            "activitydate",
            "date",
            "activitydatetime",
            "meetingstarttime",
            "starttime",
            "startdatetime",
            "duedate",
            "timestamp",
            "completedon",
            "engagementdate",
            "createdat",
            "createdate",
            "createddate",
        ],
    ),
    ("weight", &["weight", "points", "hours", "durationinminutes", "durationminutes", "minutes", "duration"]),
    ("activity", &["activity", "tasksubtype", "eventsubtype", "calltype", "subject"]),
];

const PAYEES: &[Names] = &[
    (
        "payee_id",
        &[
            "payeeid",
            "payee",
            "userid",
            "ownerid",
            "employeeid",
            "employeenumber",
            "salespersonid",
            "partnerid",
            "businessentityid",
            "hubspotownerid",
            "teamid",
            "accountid",
            "companyid",
            "id",
            "name",
            "email",
        ],
    ),
    (
        "name",
        &[
            "name",
            "fullname",
            "displayname",
            "username",
            "teamname",
            "accountname",
            "companyname",
            "email",
            "lastname",
        ],
    ),
    ("kind", &["kind", "payeekind", "payeetype"]),
    ("tier", &["tier", "partnertier", "partnerlevel"]),
    ("manager_id", &["managerid", "reportsto", "reportstoid", "manageremployeeid", "manager"]),
    ("start_date", &["hiredate", "startdate", "contractstart"]),
    ("end_date", &["terminationdate", "enddate", "contractend", "lastday"]),
    ("fte", &["fte", "fulltimeequivalent"]),
    ("language", &["language", "languagecode"]),
];

const SPLITS: &[Names] = &[
    ("deal_id", &["dealid", "opportunityid", "orderid", "deal", "opportunity"]),
    (
        "payee_id",
        &["payeeid", "payee", "splitownerid", "splitowner", "ownerid", "userid", "owner", "salesperson"],
    ),
    ("percent", &["percent", "splitpercentage", "splitpercent", "percentage", "share", "split"]),
    ("role", &["role", "splittype", "splittypeid", "splitnote"]),
];

const QUOTAS: &[Names] = &[
    (
        "payee_id",
        &[
            "payeeid",
            "payee",
            "quotaownerid",
            "ownerid",
            "userid",
            "employeeid",
            "businessentityid",
            "salesperson",
            "owner",
        ],
    ),
    ("period", &["period", "quotaperiod", "quarter", "month", "quotadate", "startdate"]),
    ("amount", &["amount", "quotaamount", "quota", "salesquota", "target"]),
];

const ASSIGNMENTS: &[Names] = &[
    (
        "payee_id",
        &["payeeid", "payee", "employeeid", "employee", "userid", "salespersonid", "repid", "partnerid"],
    ),
    ("from", &["from", "validfrom", "startdate", "fromdate", "effectivefrom", "start", "begindate"]),
    ("until", &["until", "validuntil", "validto", "enddate", "todate", "effectiveuntil", "end"]),
    ("kind", &["kind"]),
    ("tier", &["tier", "level", "partnerlevel"]),
    ("manager_id", &["managerid", "manager", "reportsto", "reportstoid"]),
    ("currency", &["currency", "currencycode", "currencyisocode"]),
    ("fte", &["fte", "fulltimeequivalent"]),
    ("language", &["language", "languagecode"]),
];

const FX_RATES: &[Names] = &[
    ("date", &["date", "ratedate", "currencyratedate", "startdate", "datum", "asof"]),
    ("currency", &["currency", "currencycode", "tocurrencycode", "isocode", "fromcurrencycode"]),
    ("rate", &["rate", "endofdayrate", "exchangerate", "conversionrate", "averagerate"]),
];

/// Our columns of a table, and what exports call them.
pub const fn names(table: TableName) -> &'static [Names] {
    match table {
        TableName::Deals => DEALS,
        TableName::Engagements => ENGAGEMENTS,
        TableName::Payees => PAYEES,
        TableName::Assignments => ASSIGNMENTS,
        TableName::Splits => SPLITS,
        TableName::Quotas => QUOTAS,
        TableName::FxRates => FX_RATES,
        // What ledgers, exports and the channel need is not guessed from exports.
        _ => &[],
    }
}

/// What is in the name of a file of a table.
pub const fn of_files(table: TableName) -> &'static [&'static str] {
    match table {
        TableName::Deals => &[
            "opportunit",
            "deal",
            "order",
            "sales",
            "invoice",
            "subscription",
            "booking",
            "auftr",
            "contract",
            "won",
        ],
        TableName::Engagements => &["event", "task", "activit", "engagement", "touch", "meeting", "call"],
        TableName::Payees => &[
            "user",
            "owner",
            "employee",
            "salesperson",
            "payee",
            "partner",
            "rep",
            "staff",
            "team",
            "seller",
            "account",
            "compan",
        ],
        TableName::Assignments => &["assignment"],
        TableName::Splits => &["split"],
        TableName::Quotas => &["quota", "target"],
        TableName::FxRates => &["fx", "rate", "exchange"],
        _ => &[],
    }
}

/// Parts of names of files that are none of our tables, whatever columns they have, and why.
pub const NO_TABLES: [(&str, &str); 16] = [
    ("history", "its name says that it has a row for each change, and not for each thing"),
    ("historie", "its name says that it has a row for each change, and not for each thing"),
    (
        "line_item",
        "its name says that its rows are lines of deals; `sum` adds lines up, if there is nothing else",
    ),
    (
        "lineitem",
        "its name says that its rows are lines of deals; `sum` adds lines up, if there is nothing else",
    ),
    ("contact", "contacts are paid nothing"),
    ("lead", "leads are no deals yet"),
    ("pipeline", "it describes stages"),
    ("stage", "it describes stages"),
    ("merged", "it says which deals were merged"),
    ("user_role", "it describes roles of users"),
    ("reason", "it describes reasons"),
    ("offer", "offers are no deals"),
    ("territory", "it describes territories"),
    ("ticket", "tickets are no work on deals"),
    ("churn", "it is about customers who left"),
    ("usage", "it is about the use of a product"),
];

/// A name as it is compared: letters and digits in lower case, and what CRMs put before and behind left out.
pub fn normal(name: &str) -> String {
    let name = name.trim().trim_end_matches('.');
    let name = name.rsplit(['/', '.']).next().unwrap_or(name);
    let name = name.split('(').next().filter(|name| !name.trim().is_empty()).unwrap_or(name);
    let plain: String = name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let bare = plain.strip_prefix("property").filter(|rest| !rest.is_empty()).unwrap_or(&plain);
    let bare = bare.strip_prefix("hs").filter(|rest| rest.len() > 6).unwrap_or(bare);
    bare.to_owned()
}

/// The name, also without a code of a currency at its end: `arr_usd`.
pub fn without_currency(name: &str) -> (String, Option<String>) {
    let plain = normal(name);
    let code = name
        .trim_end_matches(')')
        .rsplit(|c: char| !c.is_ascii_alphabetic())
        .next()
        .unwrap_or_default()
        .to_uppercase();
    let is_code = code.len() == 3 && apportion_base::money::Currency::from_code(&code).is_some();
    match plain.strip_suffix(&code.to_lowercase()).filter(|rest| is_code && !rest.is_empty()) {
        Some(rest) => (rest.to_owned(), Some(code)),
        None => (plain, is_code.then_some(code)),
    }
}

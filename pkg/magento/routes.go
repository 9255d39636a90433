package magento

// The front names are those of etc/frontend/routes.xml of every module of Magento Open Source 2.4.4 to 2.4.8-p1, with that of
// the bundled PayPal_Braintree. 2.4.7 and 2.4.8 added none; their patches 2.4.7-p6 and 2.4.8-p1 have paymentservicespaypal.
// Controllers are the folders below Controller of the module. What is Session here and public by
// Magento's own Cache-Control is so on purpose: core forgets cacheable="false" on some pages that a session decides
// (sales/order/printShipment, wishlist/index/configure, checkout/cart/configure, sales/guest/form,
// customer/account/confirmation), and a page that is never worth keeping is not worth the risk.

// publicRoutes answer every visitor without a session alike.
func publicRoutes() []Route {
	return []Route{
		{Name: "catalog", Kind: FrontName, Module: "Magento_Catalog", Audience: Public,
			Why:      "categories and products; only the list of compared products is somebody's",
			Sessions: []string{"catalog/product_compare", "catalog/product_frontend_action"},
			Pages:    []string{"catalog/category/view", "catalog/product/view"}},
		{Name: "catalogsearch", Kind: FrontName, Module: "Magento_CatalogSearch", Audience: Public,
			Why:      "results of a search, which Magento marks as public for popular terms alone; an advanced one without a word answers with a message",
			Sessions: []string{"catalogsearch/searchTermsLog", "catalogsearch/advanced/result"},
			Pages:    []string{"catalogsearch/result"}},
		{Name: "cms", Kind: FrontName, Module: "Magento_Cms", Audience: Public, Why: "pages of the CMS", Pages: []string{"cms/page/view"}},
		{Name: "cookie", Kind: FrontName, Module: "Magento_Cookie", Audience: Public, Why: "says that the browser refuses cookies"},
		{Name: "review", Kind: FrontName, Module: "Magento_Review", Audience: Public,
			Why:      "reviews of a product; writing one and the list of one's own are the customer's",
			Sessions: []string{"review/customer", "review/product/post"}},
		{Name: "robots", Kind: FrontName, Module: "Magento_Robots", Audience: Public, Why: "robots.txt of the store"},
		{Name: "robots.txt", Kind: File, Module: "Magento_Robots", Audience: Public, Why: "robots.txt of the store", Pages: []string{"robots.txt"}},
		{Name: "securitytxt", Kind: FrontName, Module: "Magento_Securitytxt", Audience: Public, Why: "whom to tell of a weakness"},
		{Name: ".well-known", Kind: File, Module: "Magento_Securitytxt", Audience: Public, Why: "security.txt and its signature"},
		{Name: "swatches", Kind: FrontName, Module: "Magento_Swatches", Audience: Public, Why: "pictures of a product's variants"},
	}
}

// sessionRoutes answer the holder of a session, or change something.
func sessionRoutes() []Route {
	session := func(name, module, why string) Route {
		return Route{Name: name, Kind: FrontName, Module: module, Audience: Session, Why: why}
	}
	word := func(route Route, controllers ...string) Route {
		route.Controllers = controllers
		return route
	}
	return []Route{
		session("braintree", "PayPal_Braintree", "payments"),
		session("captcha", "Magento_Captcha", "a picture for one form of one visitor"),
		session("checkout", "Magento_Checkout", "the cart and the checkout"),
		session("contact", "Magento_Contact", "a form with the customer's name, public where CAPTCHAs are off"),
		session("customer", "Magento_Customer", "the account, and the sections that make any page personal"),
		session("directory", "Magento_Directory", "switches the session's currency"),
		session("downloadable", "Magento_Downloadable", "files that a customer paid for, sent without no-store"),
		session("giftmessage", "Magento_GiftMessage", "messages in the cart"),
		session("instantpurchase", "Magento_InstantPurchase", "orders with a stored card"),
		session("inventory_catalog", "Magento_InventoryCatalogFrontendUi", "the stock at this moment"),
		session("loginascustomer", "Magento_LoginAsCustomerFrontendUi", "a GET that logs in"),
		session("magento_version", "Magento_Version", "tells the version to whoever asks; not to be kept"),
		word(session("mui", "Magento_Ui", "data of components that the session decides"), "mui/index"),
		session("multishipping", "Magento_Multishipping", "a checkout to several addresses"),
		session("newsletter", "Magento_Newsletter", "GETs that confirm and cancel subscriptions"),
		session("page_cache", "Magento_PageCache", "private blocks of a page"),
		session("pagebuilder", "Magento_PageBuilder", "previews of content that is not published"),
		session("paymentservicespaypal", "Magento_PaymentServicesPaypal", "payments, since 2.4.7-p6 and 2.4.8-p1"),
		session("paypal", "Magento_Paypal", "payments, with GETs that place orders"),
		session("persistent", "Magento_Persistent", "the cart that outlives a session"),
		session("productalert", "Magento_ProductAlert", "GETs that subscribe"),
		session("rss", "Magento_Rss", "feeds of wishlists and orders beside public ones"),
		word(session("sales", "Magento_Sales", "orders, some of which Magento marks as public"), "sales/download", "sales/guest", "sales/order"),
		word(session("search", "Magento_Search", "suggestions, which Magento never lets be kept"), "search/ajax", "search/term"),
		session("sendfriend", "Magento_SendFriend", "a form with the customer's name"),
		word(session("shipping", "Magento_Shipping", "tracking of a customer's parcel"), "shipping/tracking"),
		word(session("stores", "Magento_Store", "GETs that switch the store"), "stores/store"),
		session("translation", "Magento_Translation", "inline translation by the shop's staff"),
		word(session("vault", "Magento_Vault", "stored cards"), "vault/cards"),
		session("wishlist", "Magento_Wishlist", "wishlists, some pages of which Magento marks as public"),
	}
}

// apiRoutes answer programs: the session, a token or headers decide, none of which is part of a page's key.
func apiRoutes() []Route {
	api := func(name string, kind Kind, module, why string) Route {
		return Route{Name: name, Kind: kind, Module: module, Audience: API, Why: why}
	}
	return []Route{
		api("api", FrontName, "Magento_Webapi", "the front name of the web API"),
		api("graphql", Area, "Magento_GraphQl", "the token and the headers Store and Content-Currency decide"),
		api("oauth", FrontName, "Magento_Integration", "hands out tokens"),
		api("rest", Area, "Magento_Webapi", "the session or a token decides"),
		api("soap", Area, "Magento_Webapi", "the session or a token decides"),
		api("swagger", FrontName, "Magento_Swagger", "the schema, in developer mode alone"),
	}
}

// CaptchaPictures is the folder of the pictures that people type off. It is below /media/, and on the disk of the pod that made
// them alone, whatever the remote storage (Magento\Captcha\Helper\Data::getImgDir).
const CaptchaPictures = "/media/captcha/"

// entryPoints are what pub/ has beside index.php.
func entryPoints() []Route {
	return []Route{
		{Name: "cron.php", Kind: EntryPoint, Audience: API, Why: "runs jobs; closed by nginx.conf.sample"},
		{Name: "errors", Kind: EntryPoint, Audience: API, Why: "reports of errors; never to be kept"},
		{Name: "get.php", Kind: EntryPoint, Audience: API, Why: "makes media, and sends no header about keeping them"},
		{Name: "health_check.php", Kind: EntryPoint, Audience: API, Why: "the state at this moment, without a header that says so"},
		{Name: "index.php", Kind: EntryPoint, Audience: Session, Why: "every route again under another path"},
		{Name: "media", Kind: EntryPoint, Audience: Static, Why: "pictures and public downloads"},
		{Name: "setup", Kind: EntryPoint, Audience: Admin, Why: "the setup, where it was left"},
		{Name: "static", Kind: EntryPoint, Audience: Static, Why: "files of the deployment, under its version"},
		{Name: "static.php", Kind: EntryPoint, Audience: API, Why: "makes static files in developer mode"},
	}
}

package magento

// tracker is a service that writes parameters into the links that visitors follow.
type tracker struct {
	who    string
	names  string // of query parameters, as regular expressions of the whole name, with spaces between them
	source string
}

// Public lists that name parameters which many sites know, each with who writes it.
const (
	inCore     = "Magento's own cache rules: app/code/Magento/PageCache/etc/varnish7.vcl and Magento\\Framework\\App\\PageCache\\Identifier, 2.4-develop of 2026"
	inAdGuard  = "AdGuard's filter of tracking parameters: AdguardTeam/AdguardFilters, TrackParamFilter/sections/general_url.txt"
	inRegistry = "mpchadwick/tracking-query-params-registry, _data/params.csv"
	inClicks   = "henkisdabro/platform-url-click-id-parameters, parameter_array.js"
	inClear    = "ClearURLs/Rules, data.min.json, globalRules"
)

// trackers are those whose parameters are taken off. Left out are names that a shop's own filters and forms use, too, whoever
// else writes them: ad_id, campaign, campid, cid, clickid, cof, cuid, customid, cx, eid, ie, origin, ref, si, source, spm, var and
// their like, and __s, which AdGuard found to be more than tracking.
var trackers = []tracker{
	{"Google Analytics and Ads", "_ga _gl ga_[a-z_-]+ gad_[a-z]+ gbraid dclid gclid gclsrc srsltid usqp utm_[a-z_-]+ wbraid", inCore + "; " + inAdGuard},
	{"Meta", "action_object_map action_ref_map action_type_map fb_action_ids fb_action_types fb_comment_id fb_ref fb_source fbclid igsh igshid", inCore + "; " + inAdGuard + "; " + inClicks},
	{"TikTok", "ttclid", "ads.tiktok.com/help/article/tiktok-click-id"},
	{"X", "twclid __twitter_impression", inAdGuard + "; " + inClear},
	{"LinkedIn", "li_fat_id", inClicks},
	{"Pinterest, Snapchat, Reddit", "epik ScCid rdt_cid", inCore + "; " + inClicks},
	{"Microsoft Advertising and Dynamics", "msclkid _clde _cldee", inCore + "; " + inAdGuard},
	{"Yahoo", "guccounter guce_referrer guce_referrer_sig soc_src soc_trk", inAdGuard + "; " + inClicks},
	{"Amazon Ads", "awclid asc_campaign asc_refurl asc_source", inClicks + "; " + inAdGuard},
	{"Yandex and Russian advertising", "yclid ysclid ymclid _openstat erid", inAdGuard + "; " + inClicks},
	{"Outbrain, Taboola, Teads", "dicbo tblci auctid", inClicks},
	{"Impact", "irclickid irgwc ir_adid ir_campaignid ir_partnerid", inAdGuard},
	{"Awin and Zanox", "awc zanpid", inCore + "; " + inAdGuard},
	{"CJ Affiliate", "cjevent cjdata", "developers.cj.com, Event Tracking"},
	{"Rakuten Advertising", "ranEAID ranMID ranSiteID", "pubhelp.rakutenadvertising.com, click parameters"},
	{"ShareASale, Tradedoubler, Admitad", "sscid tduid admitad_uid", inCore + "; " + inAdGuard},
	{"Comparison of prices: Ceneo, GoDataFeed, Zeydoo", "ceneo_cid ceneo_spo gdf[a-z]+ ymid", inCore + "; " + inRegistry + "; " + inClear},
	{"eBay Partner Network", "mkcid mkevt mkrid", inCore},
	{"Marin", "mkwid pcrid", inRegistry},
	{"Adobe Advertising, Analytics and Marketo", "ef_id s_cid s_kwcid adobe_mc_ref adobe_mc_sdid mkt_tok", inRegistry + "; " + inAdGuard + "; " + inClicks},
	{"HubSpot", "__hsfp __hssc __hstc _hsenc _hsmi hsCtaTracking hsa_[a-z]+", inAdGuard + "; " + inClicks},
	{"Klaviyo", "_ke _kx", inCore},
	{"Mailchimp, MailerLite, ConvertKit, beehiiv", "mc_[a-z]+ ml_subscriber ml_subscriber_hash ck_subscriber_id _bhlid", inCore + "; " + inAdGuard + "; " + inClicks},
	{"Bronto, Listrak, dotdigital, Springbot", "_bta_[a-z]+ trk_[a-z]+ dm_i redirect_log_mongo_id redirect_mongo_id sb_referer_host", inRegistry},
	{"Synerise", "snrai_[a-z_-]+", inCore},
	{"Vero, Wicked Reports, Olytics, Rockerbox", "vero_conv vero_id wickedid oly_anon_id oly_enc_id rb_clickid", inAdGuard},
	{"Emarsys, Omnisend, Salesforce, Blackbaud, Squarespace", "sc_customer sc_eh sc_uid omnisendContactID et_rid bbeml ss_email_id", inClicks},
	{"Blueshift, Segmentify, Mindbox", "bsft_[a-z]+ _sgm_action _sgm_campaign _sgm_source mindbox-click-id mindbox-message-key", inAdGuard},
	{"Coremetrics, Mapp, Piano, Cxense", "cm_cr cm_me cm_mmc[a-z0-9_]+ cm_mmc wt_mc wt_zmc xtor at_campaign at_link at_link_id at_medium at_recipient_id at_recipient_list at_send_date cx_click cx_recsOrder cx_recsWidget", inAdGuard + "; " + inClear},
	{"Oracle Eloqua", "elqTrack elqTrackId elqaid elqat", "docs.oracle.com, Eloqua asset tracking"},
	{"Branch and Adjust", "_branch_match_id _branch_referrer adjust_[a-z_-]+ gps_adid unicorn_click_id", inAdGuard},
	{"Matomo", "matomo_[a-z]+ mtm_[a-z]+ piwik_[a-z]+ pk_[a-z]+", inCore + "; " + inAdGuard},
	{"Campaigns without a vendor", "cmpid itm_[a-z]+ otm_[a-z_-]+ hmb_campaign hmb_medium hmb_source dpg_[a-z]+ nx_source", inAdGuard + "; " + inClear},
	{"Vendors of one country", "_zucks_suid aiad_clid asgtbndr ebisAdID famad_xuid maf oprtrack vc_lpp", inAdGuard},
	{"What is in core's rules without a name", "clickId siteurl", inCore},
	{"IO Technologies", "__io_lv _io_session_id", inAdGuard},
}
